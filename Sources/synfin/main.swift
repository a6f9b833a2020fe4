print("synfin")
