"""Signs notebooks as `jupyter trust` does, only faster: python sign_notebooks.py FILE ..."""

import sys

# Its import takes two seconds. jsonschema checks addresses with it, and does without when it is missing.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

from nbformat.sign import main  # noqa: E402

if __name__ == "__main__":
    main()
