"""The list behind a number: `/dashboard/issues/?figure=…`."""
