"""What sources claim, read for comparison: values, events, and which is the later one."""
