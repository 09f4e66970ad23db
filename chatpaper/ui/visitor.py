"""Whose request it is."""

import gradio as gr


def address(request: gr.Request) -> str:
    """As well as it can be known: on a Space the proxy names the visitor last."""
    direct = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() if gr.utils.get_space() else ""
    return forwarded or direct
