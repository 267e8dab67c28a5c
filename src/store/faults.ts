import { AppError } from '../errors.ts'
import { Prisma } from './generated/client.ts'

/** What a write that names a data set gives when that was deleted meanwhile. */
export async function namingDataset<T>(id: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2003') throw error
    throw new AppError('not_found', `There is no data set ${id}.`, { cause: error })
  }
}
