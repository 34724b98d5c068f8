"""The standing case of 三江镇 as demo data. Real division codes; persons and phone numbers are invented."""
