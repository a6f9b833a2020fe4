"""Records the fixtures: small captures of real kernels, with the kernel's account of each."""
