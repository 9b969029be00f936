"""A change against its base: two trees judged by the stricter of both gates, side by side."""
