"""For machines that look after this one."""
