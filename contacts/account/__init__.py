"""One's account: how one signs in, where one is signed in, at which address; invitations, and the end of an account."""
