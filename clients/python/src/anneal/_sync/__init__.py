# Made from ../_async by `npm run docs`; do not edit.
