import type { Json } from '@symbolon/sd-jwt'
import { CODES, type Code } from '../errors.ts'
import type { Check, Outcome } from '../model.ts'

/** A check's verdict; the section comes from the table of codes. */
export const verdict = (id: string, outcome: Outcome, code: Code, facts: { readonly [name: string]: Json } = {}): Check => ({
  id,
  outcome,
  code,
  spec: CODES[code].spec,
  facts,
})

const RANK: { readonly [outcome in Outcome]: number } = { pass: 0, unknown: 1, fail: 2 }

/** The worst outcome: `fail` > `unknown` > `pass`; without a single check nothing is known. */
export const worst = (checks: readonly Check[]): Outcome =>
  checks.length === 0
    ? 'unknown'
    : checks.reduce<Outcome>((outcome, check) => (RANK[check.outcome] > RANK[outcome] ? check.outcome : outcome), 'pass')
