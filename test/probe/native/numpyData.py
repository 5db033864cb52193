import numpy as np

PIECE = 1_000_000
large = np.zeros(64 * PIECE)
single = np.ones((1000, 1000), dtype=np.float32)
large[: PIECE // 2] * 2; large[:PIECE // 2] + 1  # noqa: E702
resized = np.empty(10)
resized.resize(2 * PIECE, refcheck=False)
