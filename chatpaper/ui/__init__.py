"""The page; the only importer of gradio."""

import os

# read by gradio when it is imported: without it the server calls api.gradio.app and huggingface.co
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
