/** The Python that has the peers: Debian's, or the one that `PYTHON` names. */
export const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3'
