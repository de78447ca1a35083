import type { Code } from '../errors.ts'
import type { Outcome } from '../model.ts'

/** The checks whose names are known here: ours, and the layers of validity that types commonly have. */
export type CheckName =
  | 'binding'
  | 'bundle'
  | 'document'
  | 'replay'
  | 'right'
  | 'rollback'
  | 'signature'
  | 'status'
  | 'structure'
  | 'trust'
  | 'type'
  | 'validity'

/** The words around the checks of a report. */
export interface Headings {
  readonly shown: string
  /** Over claims of a report that is not a pass. */
  readonly shownUnconfirmed: string
  readonly nothingShown: string
  readonly shownTo: string
  readonly judgedAt: string
  readonly validUntil: string
  readonly evidenceAge: string
  readonly next: string
}

/** All texts of one language; a missing one is a type error. A part of a sentence in [brackets] is left out when a fact in it is not there. */
export interface Words {
  readonly headline: Readonly<Record<Outcome, string>>
  readonly outcome: Readonly<Record<Outcome, string>>
  readonly next: Readonly<Record<Outcome, string>>
  /** What is to be done besides, or instead, though every check is right. */
  readonly yetToDo: Readonly<Record<'comparePerson' | 'compareIfNamed' | 'answerMissing', string>>
  readonly checks: Readonly<Record<CheckName, string>>
  readonly headings: Headings
  /** Values of claims that are words of ours. */
  readonly values: Readonly<Record<'yes' | 'no' | 'unknown', string>>
  /** Between a label and what it labels. */
  readonly colon: string
  readonly codes: Readonly<Record<Code, string>>
}
