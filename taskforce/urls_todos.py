"""Address of what is due."""

from django.urls import path

from taskforce.views import todos

urlpatterns = [path("<slug:slug>/a-faire/", todos.todo_list, name="todo_list")]
