"""What each command shows to people: values of the library laid out as rich renderables. Nothing here prints."""
