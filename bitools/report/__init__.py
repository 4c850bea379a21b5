"""Documents of past runs become text, HTML and mail; this package never knows the jobs that wrote them."""
