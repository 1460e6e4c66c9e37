from django.urls import path

from twinloop.dispatch.orders.views import board, handing, intake, mine, together

urlpatterns = [
    path("orders/", mine.orders, name="orders"),
    path("orders/<int:pk>/", mine.order, name="order"),
    path("orders/<int:pk>/sign/", mine.order_sign, name="order_sign"),
    path("orders/<int:pk>/arrive/", mine.order_arrive, name="order_arrive"),
    path("orders/<int:pk>/feedback/", mine.order_feedback, name="order_feedback"),
    path("orders/<int:pk>/return/", mine.order_return, name="order_return"),
    path("board/", board.board, name="board"),
    path("board/wait/", board.board_wait, name="board_wait"),
    path("board/together/", together.board_together, name="board_together"),
    path("board/together/send/", together.board_together_send, name="board_together_send"),
    path("board/handover/", handing.handover, name="handover"),
    path("board/handover/give/", handing.handover_give, name="handover_give"),
    path("board/handover/<int:pk>/take/", handing.handover_take, name="handover_take"),
    path("board/<str:number>/send/", board.board_send, name="board_send"),
    path("board/<str:number>/ask/", board.board_ask, name="board_ask"),
    path("board/<str:number>/decide/", board.board_decide, name="board_decide"),
    path("board/<str:number>/dismiss/", board.board_dismiss, name="board_dismiss"),
    path("board/<str:number>/watch/", board.board_watch, name="board_watch"),
    path("board/<str:number>/recall/<int:pk>/", board.board_recall, name="board_recall"),
    path("intake/who/", intake.intake_who, name="intake_who"),
]
