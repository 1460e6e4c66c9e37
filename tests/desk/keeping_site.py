"""The product with one more page, for test_keeping.py: a form as field rooms have them, and what it received."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines

from twinloop.people.gates import needs_role
from twinloop.people.keepable import keepable
from twinloop.people.models import Role
from twinloop.urls import path
from twinloop.urls import urlpatterns as product

RECEIVED: list[dict[str, object]] = []
PAGE = """{% extends "desk/base.html" %}{% block title %}试{% endblock %}
{% block bar_title %}<h1>试一试</h1>{% endblock %}
{% block main %}<form method="post" data-keep="trial" data-send-later enctype="multipart/form-data">{% csrf_token %}
<input type="hidden" name="once"><input type="hidden" name="tapped_at">
<label>说了什么
<textarea name="text"{% if form.errors %} aria-invalid="true"{% endif %}>{{ form.text.value|default:'' }}</textarea>
</label>
<label>哪一类 <select name="kind"><option value="">—</option><option value="b1">邻里</option></select></label>
<label><input type="checkbox" name="urgent"> 急</label>
<label>照片 <input type="file" name="photo"></label>
<p id="wrong">{{ form.errors.text.0|default:'' }}</p>
<button class="btn btn-primary">送出</button></form>{% endblock %}"""


class Trial(forms.Form):
    text = forms.CharField(min_length=4, error_messages={"required": "还差内容", "min_length": "太短"})
    kind = forms.CharField(required=False)
    urgent = forms.BooleanField(required=False)
    once = forms.CharField(required=False)
    tapped_at = forms.CharField(required=False)
    photo = forms.FileField(required=False)


@needs_role(*Role.values)
@keepable
def trial(request: HttpRequest) -> HttpResponse:
    form = Trial(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        photo = form.cleaned_data.pop("photo")
        RECEIVED.append({**form.cleaned_data, "photo": photo and photo.read()})
        messages.info(request, "已收到")
        return redirect("/trial/")
    page = engines["django"].from_string(PAGE).render({"form": form}, request)
    return HttpResponse(page, status=422 if form.is_bound else 200)


urlpatterns = [*product, path("trial/", trial, name="trial")]
handler404 = "twinloop.desk.views.not_found"
handler500 = "twinloop.desk.views.server_error"
