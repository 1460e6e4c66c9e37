"""信访积案: the register of petitions, from receipt to rest, with the days that the law gives."""
