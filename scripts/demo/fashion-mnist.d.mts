export function writeFashionMnistZip(
  path: string,
  onProgress?: (done: number, total: number) => void,
  counts?: { train: number; test: number },
): Promise<void>
