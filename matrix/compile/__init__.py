"""From the records to the tables that the package ships."""
