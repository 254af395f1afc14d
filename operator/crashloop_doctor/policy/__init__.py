"""Which plan may go how far, now: selection among policies (`selection`) and the guards (`gate`). Pure."""
