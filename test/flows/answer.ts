import type { JsonObject } from '@symbolon/sd-jwt'
import { expect } from 'vitest'

/** An answer over HTTP; `body` is the JSON object in it, empty when there is none, or something else. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

/** A request that is ready to be sent, and so ready to be changed. */
export interface Request {
  readonly method: string
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request; follows no redirect. */
export async function send({ method, address, headers, body }: Request): Promise<Answer> {
  const response = await fetch(address, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
  const text = await response.text()
  const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} }
}

/** The answer is this refusal, with a description that somebody can act on. */
export function expectRefusal(answer: Answer, status: number, code: string, words = /./): void {
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error: code })
  expect(answer.body.error_description).toMatch(words)
}

/** The answer is a good one; answers its body. */
export function good(answer: Answer, status = 200): JsonObject {
  expect(answer).toMatchObject({ status, body: {} })
  return answer.body
}
