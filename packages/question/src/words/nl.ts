import type { QuestionSentences } from './index.ts'

export const nl: QuestionSentences = {
  answer_no: 'Volgens de bronnen was het antwoord nee op {on}.',
  answer_yes: 'Volgens de bronnen was het antwoord ja op {on}.',
  asked_authority_missing: 'Het bewijs komt niet van een van de gevraagde instanties. Vraag de persoon een ander bewijs.',
  asked_binding_missing:
    'Het bewijs is aan niemand gebonden en kan dus een kopie zijn. Vraag de persoon een bewijs dat aan zijn wallet gebonden is.',
  asked_claim_missing: 'Wat gevraagd werd is niet getoond: {path}. Vraag de persoon om opnieuw te proberen en het te tonen.',
  asked_format_missing:
    'Er is een bewijs in een andere vorm getoond dan gevraagd ({found} in plaats van {asked}). Vraag de persoon een andere wallet te gebruiken.',
  asked_type_missing: 'Er is een ander bewijs getoond dan gevraagd ({found} in plaats van {asked}). Vraag de persoon het juiste te kiezen.',
  asked_value_missing: 'Het is getoond met een andere waarde dan gevraagd: {path}. Vraag het opnieuw.',
  claim_not_shown: 'Wat getoond is volstaat niet om de vraag te beantwoorden: een deel is niet getoond, of de bron kan het niet zeggen.',
  nothing_shown: 'Er is niets getoond.',
  query_not_answered: 'Niet alles wat gevraagd werd is getoond. Vraag de persoon om opnieuw te proberen.',
  query_not_asked: 'Er is iets getoond dat niet gevraagd werd. Vraag de persoon om opnieuw te proberen.',
}
