"""The demo desk: invented people, customers and issues, played through the desk's own verbs."""
