import { type DestinationStream, destination, type Logger, pino } from 'pino'

export type Log = Logger
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/**
 * A log of JSON lines on standard error (standard output is for answers).
 *
 * What goes in: codes, routes, counts, times, request ids. What never does: bodies, addresses, tokens, codes, numbers of persons.
 */
export const openLog = (name: string, level: LogLevel, to: DestinationStream = destination({ fd: 2, sync: true })): Log =>
  pino({ name, level, timestamp: pino.stdTimeFunctions.isoTime, base: { name } }, to)

/** What a log may say of an unforeseen error: its kind and where it happened. Its message stays out, it may hold data. */
export function placeOf(error: unknown): { error: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error }
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { error: error.name, ...code, at }
}
