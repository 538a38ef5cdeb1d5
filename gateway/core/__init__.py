"""The gateway's decisions, pure: what makes a batch, and what is sent, sent again or released."""
