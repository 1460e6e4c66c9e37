"""/pushes/: letters to other units, on the side of the police and on theirs."""

from django.urls import path

from twinloop.dispatch.pushes import views

ONE = "pushes/<int:pk>/"

urlpatterns = [
    path("pushes/", views.pushes, name="pushes"),
    path("pushes/new/<str:number>/", views.push_new, name="push_new"),
    path(ONE, views.push, name="push"),
    path(f"{ONE}paper/", views.push_paper, name="push_paper"),
    path(f"{ONE}send/", views.push_send, name="push_send"),
    path(f"{ONE}letter/", views.push_rewrite, name="push_rewrite"),
    path(f"{ONE}withdraw/", views.push_withdraw, name="push_withdraw"),
    path(f"{ONE}take/", views.push_take, name="push_take"),
    path(f"{ONE}receipt/", views.push_receive, name="push_receive"),
    path(f"{ONE}reply/", views.push_reply, name="push_reply"),
    path(f"{ONE}return/", views.push_return, name="push_return"),
]
