from django.urls import path

from twinloop.desk import views

urlpatterns = [path("sign-in/", views.demo_sign_in, name="demo_sign_in")]
