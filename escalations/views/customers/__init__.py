"""The pages of the customers: the list, one customer, editing, importing."""
