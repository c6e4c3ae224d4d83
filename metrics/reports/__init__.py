"""What is handed on: a customer's SLA report, and reports that go by mail to chosen people."""
