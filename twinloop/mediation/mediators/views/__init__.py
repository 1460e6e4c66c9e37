"""Pages of the register: everybody, one mediator and every act, rooms."""
