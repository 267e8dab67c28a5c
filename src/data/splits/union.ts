/** Disjoint sets of indices; the smallest index of a set stands for it. */
export class Union {
  private readonly parent: Int32Array

  constructor(count: number) {
    this.parent = new Int32Array(count)
    for (let i = 0; i < count; i++) this.parent[i] = i
  }

  find(index: number): number {
    let root = index
    while (this.of(root) !== root) root = this.of(root)
    for (let at = index; at !== root;) {
      const next = this.of(at)
      this.parent[at] = root
      at = next
    }
    return root
  }

  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    this.parent[Math.max(x, y)] = Math.min(x, y)
  }

  private of(index: number): number {
    return this.parent[index] ?? index
  }
}
