"""What the data says, pure: notes, adherence, flags, evidence and the week."""
