"""Pages of visits: the plan, one's own route and form, a party's own answer."""
