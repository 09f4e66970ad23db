"""A language model of random weights, built in a moment: it speaks nonsense, in the form that it is held to."""

from pathlib import Path

import gguf
import numpy as np

_CONTROL = [b"<unk>", b"<s>", b"</s>"]
_BYTES = [f"<0x{byte:02X}>".encode() for byte in range(256)]
_CHARACTERS = [bytes([byte]) for byte in range(33, 127)] + ["▁".encode()]
_TOKENS = _CONTROL + _BYTES + _CHARACTERS
_LIKELY = {'"': 3.0, "</s>": 3.0} | dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 2.5) | dict.fromkeys("}]", 1.5)
"""How likely a token is at any place; a quote is, so that strings end."""
_TEMPLATE = "{% for m in messages %}[{{ m.role }}]\n{{ m.content }}\n{% endfor %}[assistant]\n"


def build(path: Path, *, width: int = 32, layers: int = 2, context: int = 16_384) -> Path:
    """Write a model of the architecture "llama"; a character is a token. A wider one is slower."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(4 * width)
    writer.add_head_count(width // 16)
    writer.add_head_count_kv(width // 16)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(16)
    writer.add_vocab_size(len(_TOKENS))
    _add_tokenizer(writer)
    _add_weights(writer, width, layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256, *[kinds.NORMAL] * len(_CHARACTERS)]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(_TOKENS)
    writer.add_token_scores([0.0] * len(_TOKENS))
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(_TEMPLATE)


def _add_weights(writer: gguf.GGUFWriter, width: int, layers: int) -> None:
    """Random, but for one direction that all tokens share: along it each token has its likelihood."""
    chance = np.random.default_rng(1)

    def noise(rows: int, columns: int, scale: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return (chance.standard_normal((rows, columns)) * scale).astype(np.float32)

    said, heard = noise(len(_TOKENS), width, 0.3), noise(len(_TOKENS), width, 0.3)
    heard[:, 0] = 2.0
    said[:, 0] = [_LIKELY.get(token.decode(), -2.0) for token in _TOKENS]
    writer.add_tensor("token_embd.weight", heard)
    writer.add_tensor("output.weight", said)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for block in (f"blk.{n}" for n in range(layers)):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}.{name}.weight", np.ones(width, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"{block}.{name}.weight", noise(width, width, 0.02))
        for name in ("ffn_gate", "ffn_up"):
            writer.add_tensor(f"{block}.{name}.weight", noise(4 * width, width, 0.02))
        writer.add_tensor(f"{block}.ffn_down.weight", noise(width, 4 * width, 0.02))
