"""Records the fixtures: small captures of real kernels, each with the kernel's own account beside it."""
