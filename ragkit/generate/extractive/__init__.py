"""The extractive generator: answers with sentences of the passages, chosen by rules and by a small trained reader.

In the order in which a question passes them:

- `generator` takes a question apart (`ragkit.subquestions`, `ragkit.comparisons`), reads for a whole procedure where
  one step is asked for (`step_by_number`) and for the heading with the date of what came out (`heading_dates`), and
  writes what answers each part with its citation.
- `reader_evidence`, or `similarity_evidence` where there is no reader, scores the sentences (`candidates`), with what
  their words say (`word_signals`), for the sort of answer that is asked for (`answer_types`). Each passage is asked in
  its own words (`question_rewriting`), without its document's name (`document_names`), and in those of the bound that a
  case lies in (`cases_in_bounds`, of those that `bounds` finds); what is on the other side of a rule than is asked for
  counts less (`asked_side`), and so do headers of messages (`mail_headers`) and what tells the edition of a document
  (`edition_lines`) or is for what another party does (`other_parties`); what is limited to another scope is left out
  (`other_scopes`), and so is a setting of another path (`other_paths`). Of tables, `table_rows` says which rows are
  asked for: `rows_by_value`, `rows_by_side`, `rows_by_relation`, `rows_by_route`, `rows_by_range`, `rows_by_day`,
  `rows_by_comparison` (of what `table_columns` and `bounds` tell), `rows_by_superlative`; and `rows_without_cell` those
  that have no answer. `section_tasks` says where the steps of a task begin, and `described_calls` which function or
  option does it.
- `selection` takes the best sentence and what adds to it or belongs to it: `lists_and_steps`, `limiting_leads`,
  `row_choice`, `adjacent_sentences`, `term_definitions`, `code_blocks`; with passages that touch read as one
  (`joined_passages`).
- `row_cells` tells a row by the cells that are asked for.

`headings` has what is known of the headings above a sentence, for the scores and for the selection.
"""
