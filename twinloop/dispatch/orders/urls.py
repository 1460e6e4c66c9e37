from django.urls import path

from twinloop.dispatch.orders.views import mine

urlpatterns = [
    path("orders/", mine.orders, name="orders"),
    path("orders/<int:pk>/", mine.order, name="order"),
    path("orders/<int:pk>/sign/", mine.order_sign, name="order_sign"),
    path("orders/<int:pk>/arrive/", mine.order_arrive, name="order_arrive"),
    path("orders/<int:pk>/feedback/", mine.order_feedback, name="order_feedback"),
    path("orders/<int:pk>/return/", mine.order_return, name="order_return"),
]
