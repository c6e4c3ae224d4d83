"""How drf-spectacular makes the OpenAPI document. No imports of Django: the settings file reads this."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Switchback",
    "VERSION": "1",
    "DESCRIPTION": "Customer escalations: tickets, their clocks, who was told, and the protocol behind them.",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["config.rest.schema.tidy"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
