"""The `dq0` command for people and scripts: what the table of commands says, over HTTP."""
