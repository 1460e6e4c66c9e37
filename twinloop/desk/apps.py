import gc

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "twinloop.desk"
    label = "desk"

    def ready(self) -> None:
        # Python looks for garbage in circles after every 700 new objects, and through all that is kept (10,000 reports)
        # for each quarter more: a third of the time of reading a report. What is not in a circle goes at once anyhow.
        gc.set_threshold(20_000, 20, 50)
