/** Where a value is in a text of JSON: from its first character to behind its last. */
export interface Place {
  start: number
  end: number
  /** From 1. */
  line: number
}

/** Places of every value by JSON pointer; empty where the text is no JSON. */
export function placesIn(text: string): ReadonlyMap<string, Place> {
  try {
    JSON.parse(text)
  } catch {
    return new Map()
  }
  const places = new Map<string, Place>()
  new Reader(text, places).value('')
  return places
}

/** Of the value that a pointer names, or of the nearest one around it. */
export function placeOf(places: ReadonlyMap<string, Place>, pointer: string): Place | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at)
    if (place !== undefined || at === '') return place
  }
}

/** Reads a text that is known to be JSON. */
class Reader {
  private readonly text: string
  private readonly places: Map<string, Place>
  private at = 0

  constructor(text: string, places: Map<string, Place>) {
    this.text = text
    this.places = places
  }

  value(pointer: string): void {
    this.skip(/\s*/y)
    const start = this.at
    if (this.text[start] === '{') this.members(pointer)
    else if (this.text[start] === '[') this.items(pointer)
    else this.skip(/"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y)
    this.places.set(pointer, { start, end: this.at, line: this.text.slice(0, start).split('\n').length })
  }

  private members(pointer: string): void {
    this.at++
    while (!this.closes('}')) {
      const key = JSON.parse(this.skip(/"(?:[^"\\]|\\.)*"/y)) as string
      this.skip(/\s*:/y)
      this.value(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    }
  }

  private items(pointer: string): void {
    this.at++
    for (let index = 0; !this.closes(']'); index++) this.value(`${pointer}/${index}`)
  }

  /** Whether the list is over; goes past a comma where it is not. */
  private closes(bracket: string): boolean {
    this.skip(/[\s,]*/y)
    if (this.text[this.at] !== bracket) return false
    this.at++
    return true
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }
}
