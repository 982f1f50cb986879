"""Examples that settle data of others; each folder's README says where it comes from."""
