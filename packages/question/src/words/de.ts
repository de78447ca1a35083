import type { QuestionSentences } from './index.ts'

export const de: QuestionSentences = {
  answer_no: 'Nach den Quellen war die Antwort am {on} nein.',
  answer_yes: 'Nach den Quellen war die Antwort am {on} ja.',
  asked_authority_missing: 'Der Nachweis kommt von keiner der gefragten Stellen. Bitten Sie die Person um einen anderen.',
  asked_binding_missing:
    'Der Nachweis ist an niemanden gebunden und kann daher eine Kopie sein. Bitten Sie um einen, der an die Wallet der Person gebunden ist.',
  asked_claim_missing: 'Was gefragt war, wurde nicht gezeigt: {path}. Bitten Sie die Person, es noch einmal zu versuchen und es zu zeigen.',
  asked_format_missing:
    'Es wurde ein Nachweis in anderer Form gezeigt als gefragt ({found} statt {asked}). Bitten Sie die Person, eine andere Wallet zu verwenden.',
  asked_type_missing:
    'Es wurde ein anderer Nachweis gezeigt als gefragt ({found} statt {asked}). Bitten Sie die Person, den richtigen zu wählen.',
  asked_value_missing: 'Es wurde mit einem anderen Wert gezeigt als gefragt: {path}. Fragen Sie noch einmal.',
  claim_not_shown:
    'Was gezeigt wurde, genügt nicht, um die Frage zu beantworten: Ein Teil wurde nicht gezeigt, oder seine Quelle kann es nicht sagen.',
  nothing_shown: 'Es wurde nichts gezeigt.',
  query_not_answered: 'Nicht alles, was gefragt war, wurde gezeigt. Bitten Sie die Person, es noch einmal zu versuchen.',
  query_not_asked: 'Es wurde etwas gezeigt, was nicht gefragt war. Bitten Sie die Person, es noch einmal zu versuchen.',
}
