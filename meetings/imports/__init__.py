"""What brings old records in: files whose text is read, proposed, and saved by nobody before somebody confirms."""
