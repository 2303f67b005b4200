"""Who is who, who may do what, and how each channel is answered."""
