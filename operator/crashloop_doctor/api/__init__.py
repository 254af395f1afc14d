"""Types of the resources the doctor reads (`core`) and owns (`v1alpha1`): frozen, without behaviour of their own."""
