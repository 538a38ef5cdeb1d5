"""Pure decisions of lot binding."""
