# SPDX-License-Identifier: Apache-2.0
"""Expands the tables of tables/ into documents, one definition a row."""
import itertools
import os
from xml.sax.saxutils import escape, quoteattr

import harness
from harness import Document, criteria, criterion, read_table

HERE = os.path.dirname(os.path.abspath(__file__))
LETTERS = {'T': 'true', 'F': 'false', 'E': 'error', 'U': 'unknown',
           'A': 'not applicable'}
STATUSES = {'X': 'exists', 'D': 'does not exist', 'E': 'error',
            'N': 'not collected'}


def table(name):
    return os.path.join(HERE, 'tables', name)


def truth_rows(name, kinds):
    """Rows of a truth table: (name, {kind: condition}, result)."""
    with open(table(name), encoding='utf-8') as lines:
        for line in lines:
            words = line.split()
            if not words or line.startswith('#'):
                continue
            yield words[0].replace('_', ' ') if 'check' in name else \
                words[0], dict(zip(kinds, words[1:])), \
                ' '.join(words[1 + len(kinds):])


def fits(condition, count):
    if condition == 'odd' or condition == 'even':
        return count % 2 == (condition == 'odd')
    if condition.endswith('+'):
        return count >= int(condition[:-1])
    return str(count) in condition.split(',')


def lookup(rows, name, given):
    for row, conditions, result in rows:
        if row == name and all(fits(condition, given.count(kind))
                               for kind, condition in conditions.items()):
            return result
    return None


def combinations(letters, most):
    for size in range(1, most + 1):
        yield from (''.join(found) for found in
                    itertools.combinations_with_replacement(letters, size))


class Recorded:
    """A definitions document and the characteristics it is analysed with.
    Items are of textfilecontent54: one `text` entity each."""

    def __init__(self):
        self.document = Document()
        self.objects, self.items = [], []

    def item(self, value='yes', status='exists', entity='exists',
             captures=()):
        number = len(self.items) + 1
        inner = ('<ind-sys:filepath>/f</ind-sys:filepath>'
                 f'<ind-sys:instance datatype="int">{number}'
                 '</ind-sys:instance>')
        if entity == 'exists':
            inner += f'<ind-sys:text>{escape(value)}</ind-sys:text>'
        else:
            inner += f'<ind-sys:text status={quoteattr(entity)}/>'
        for capture in captures:
            inner += f'<ind-sys:subexpression>{escape(capture)}' \
                     '</ind-sys:subexpression>'
        self.items.append(
            f'<ind-sys:textfilecontent_item id="{number}" '
            f'status={quoteattr(status)}>{inner}'
            '</ind-sys:textfilecontent_item>')
        return number

    def object(self, flag, items):
        name = self.document.add(
            'object', 'ind:textfilecontent54_object',
            '<ind:filepath>/f</ind:filepath>'
            '<ind:pattern operation="pattern match">.</ind:pattern>'
            '<ind:instance datatype="int" operation="greater than or equal">'
            '1</ind:instance>')
        refs = ''.join(f'<reference item_ref="{item}"/>' for item in items)
        self.objects.append(
            f'<object id="{name}" version="1" flag={quoteattr(flag)}>{refs}'
            '</object>')
        return name

    def state(self, inner='<ind:text>yes</ind:text>', **given):
        return self.document.add('state', 'ind:textfilecontent54_state',
                                 inner, **given)

    def test(self, obj, states=(), **given):
        return self.document.test('ind:textfilecontent54_test', obj, states,
                                  **given)

    def characteristics(self):
        return ('<?xml version="1.0" encoding="UTF-8"?>\n'
                '<oval_system_characteristics '
                f'{harness.namespaces(harness.S)}>{harness.generator()}'
                '<system_info><os_name>Linux</os_name><os_version>1'
                '</os_version><architecture>x86_64</architecture>'
                '<primary_host_name>h</primary_host_name><interfaces/>'
                '</system_info>\n<collected_objects>\n'
                + '\n'.join(self.objects) + '\n</collected_objects>\n'
                '<system_data>\n' + '\n'.join(self.items) +
                '\n</system_data>\n</oval_system_characteristics>\n')


class Outcome:
    """Tests in a recorded document that give each result."""

    def __init__(self, recorded):
        flags = {'T': 'complete', 'F': 'does not exist', 'E': 'error',
                 'U': 'not collected', 'A': 'not applicable'}
        item = recorded.item()
        self.tests = {
            letter: recorded.test(recorded.object(
                flag, [item] if letter == 'T' else []))
            for letter, flag in flags.items()}


def operator_cases(recorded):
    rows = list(truth_rows('operator.txt', 'TFEUNA'))
    outcome = Outcome(recorded)
    for operator in ('AND', 'OR', 'ONE', 'XOR'):
        for given in combinations('TFEUA', 3):
            inner = [criterion(outcome.tests[letter]) for letter in given]
            wanted = lookup(rows, operator, given)
            name = recorded.document.definition(
                criteria(inner, operator=operator))
            yield name, f'criteria {operator} over {given}', wanted
    for letter, result in LETTERS.items():
        negated = {'true': 'false', 'false': 'true'}.get(result, result)
        test = outcome.tests[letter]
        for shape, text, wanted in (
                ('negated criterion',
                 criteria([criterion(test, negate='true')]), negated),
                ('negated criteria',
                 criteria([criterion(test)], negate='true'), negated),
                ('both negated', criteria([criterion(test, negate='true')],
                                          negate='true'), result),
                ('negate="1"',
                 criteria([criterion(test, negate='1')]), negated),
                ('applicability_check',
                 criteria([criterion(test, applicability_check='true')]),
                 result)):
            yield recorded.document.definition(text), \
                f'{shape} of {result}', wanted


def check_cases(recorded):
    """check over the results of items, for every mixture of three."""
    rows = list(truth_rows('check.txt', 'TFEUNA'))
    kinds = {'T': ('yes', 'exists'), 'F': ('no', 'exists'),
             'E': ('', 'error'), 'U': ('', 'not collected')}
    state = recorded.state()
    for given in combinations('TFEU', 3):
        obj = recorded.object('complete', [
            recorded.item(kinds[letter][0], entity=kinds[letter][1])
            for letter in given])
        for check in ('all', 'at least one', 'only one', 'none satisfy'):
            test = recorded.test(obj, [state], check=check)
            yield recorded.document.definition(criteria([criterion(test)])), \
                f'check {check} over items {given}', \
                lookup(rows, check, given)


def existence_cases(recorded):
    rows = list(truth_rows('existence.txt', 'XDEN'))
    for given in [''] + list(combinations('XDEN', 3)):
        flag = 'complete' if given.strip('D') else 'does not exist'
        obj = recorded.object(flag, [
            recorded.item(status=STATUSES[letter]) for letter in given])
        for existence in ('any_exist', 'at_least_one_exists', 'none_exist',
                          'only_one_exists', 'all_exist'):
            if existence == 'all_exist' and len(set(given)) > 1:
                continue  # the standard says two things
            wanted = lookup(rows, existence, given)
            if existence == 'all_exist' and not given.strip('D'):
                wanted = 'false'
            test = recorded.test(obj, check_existence=existence)
            yield recorded.document.definition(criteria([criterion(test)])), \
                f'check_existence {existence} over items {given or "none"}', \
                wanted


def flag_cases(recorded):
    """What a flag alone decides, and what an incomplete object can."""
    state = recorded.state()
    yes, no = recorded.item(), recorded.item('no')
    for row in read_table(table('flags.tsv')):
        items = {'-': [], 'T': [yes], 'F': [no], 'TF': [yes, no],
                 'TT': [yes, recorded.item()]}[row['items']]
        test = recorded.test(
            recorded.object(row['flag'], items),
            [state] if row['check'] != '-' else [],
            check=row['check'] if row['check'] != '-' else 'all',
            check_existence=row['existence'])
        yield recorded.document.definition(criteria([criterion(test)])), \
            f'flags.tsv:{row["line"]}', row['result']


def entity_cases(recorded):
    """entity_check and var_check, alone and together."""
    for row in read_table(table('entity.tsv')):
        given = '' if row['captures'] == '-' else row['captures']
        obj = recorded.object('complete', [
            recorded.item(captures=[c for c in given.split(',') if c])])
        wanted = row['wanted'].split(',')
        options = {'operation': row['operation']}
        for column in ('entity_check', 'check_existence', 'var_check'):
            if row[column] != '-':
                options[column] = row[column]
        if row['var_check'] == '-':
            inner = escape(wanted[0])
        else:
            inner = ''
            options['var_ref'] = recorded.document.constant('string', wanted)
        state = recorded.state('<ind:subexpression' + harness.attributes(
            **options) + f'>{inner}</ind:subexpression>')
        yield recorded.document.definition(
            criteria([criterion(recorded.test(obj, [state]))])), \
            f'entity.tsv:{row["line"]}', row['result']


def state_operator_cases(recorded):
    """The operator of a state over its entities, and of a test over its
    states."""
    rows = list(truth_rows('operator.txt', 'TFEUNA'))
    entities = {'T': ('text', 'yes'), 'F': ('text', 'no')}
    item = recorded.item()
    obj = recorded.object('complete', [item])
    states = {letter: recorded.state(f'<ind:{name}>{value}</ind:{name}>')
              for letter, (name, value) in entities.items()}
    for operator in ('AND', 'OR', 'ONE', 'XOR'):
        for given in combinations('TF', 3):
            test = recorded.test(obj, [states[letter] for letter in given],
                                 state_operator=operator)
            yield recorded.document.definition(
                criteria([criterion(test)])), \
                f'state_operator {operator} over {given}', \
                lookup(rows, operator, given)
        for given in itertools.product('TF', repeat=2):
            path = '/f' if given[0] == 'T' else '/g'
            text = 'yes' if given[1] == 'T' else 'no'
            state = recorded.state(
                f'<ind:filepath>{path}</ind:filepath>'
                f'<ind:text>{text}</ind:text>', operator=operator)
            yield recorded.document.definition(
                criteria([criterion(recorded.test(obj, [state]))])), \
                f'state operator {operator} over {"".join(given)}', \
                lookup(rows, operator, ''.join(given))


RECORDED = (operator_cases, check_cases, existence_cases, flag_cases,
            entity_cases, state_operator_cases)


def compare_cases(document):
    """Every operation on every datatype, by variable_test."""
    for row in read_table(table('compare.tsv')):
        kind = row.get('found_type', row['datatype'])
        obj = document.variable_object(
            document.constant(kind, [row['found']]))
        state = document.variable_state(
            row['state'], datatype=row['datatype'],
            operation=row['operation'])
        test = document.test('ind:variable_test', obj, [state])
        yield document.definition(criteria([criterion(test)])), \
            f'compare.tsv:{row["line"]}: {row["datatype"]} {row["found"]!r} ' \
            f'{row["operation"]} {row["state"]!r}', row['result']


def expand_component(document, text):
    """<lit>x</lit> and <vals type="t">a|b</vals> of functions.tsv."""
    import re
    text = re.sub(r'<lit( [^>]*)?>(.*?)</lit>',
                  r'<literal_component\1>\2</literal_component>', text,
                  flags=re.S)

    def values(found):
        name = document.constant(found[1] or 'string', found[2].split('|'))
        return f'<variable_component var_ref="{name}"/>'
    return re.sub(r'<vals(?: type="(\w+)")?>(.*?)</vals>', values, text,
                  flags=re.S)


def function_cases(document):
    """Every function: exactly the listed values come out."""
    for row in read_table(table('functions.tsv')):
        variable = document.local(
            row['datatype'], expand_component(document, row['component']))
        obj = document.variable_object(variable)
        name = f'functions.tsv:{row["line"]}: {row["component"]}'
        if row['values'] == '!error':
            test = document.test('ind:variable_test', obj)
            yield document.definition(criteria([criterion(test)])), name, \
                'error'
            continue
        wanted = row['values'].split('|')
        among = document.variable_state(
            None, datatype=row['datatype'], var_check='at least one',
            var_ref=document.constant(row['datatype'], wanted))
        inner = [criterion(document.test('ind:variable_test', obj, [among]))]
        for value in sorted(set(wanted)):
            state = document.variable_state(value, datatype=row['datatype'],
                                            entity_check='at least one')
            inner.append(criterion(document.test(
                'ind:variable_test', obj, [state])))
        number = document.variable_state(str(len(wanted)), datatype='int')
        count = document.local(
            'int',
            f'<count><variable_component var_ref="{variable}"/></count>')
        inner.append(criterion(document.test(
            'ind:variable_test', document.variable_object(count), [number])))
        yield document.definition(criteria(inner)), name, 'true'


EVALUATED = (compare_cases, function_cases)


def run_recorded(tap, work):
    for cases in RECORDED:
        recorded = Recorded()
        found = list(cases(recorded))
        run = work.analyse(recorded.document.text(),
                           recorded.characteristics())
        report(tap, run, found, cases.__name__)


def run_evaluated(tap, work):
    for cases in EVALUATED:
        document = Document()
        found = list(cases(document))
        run = work.evaluate(document.text())
        report(tap, run, found, cases.__name__)
        compare_pack(tap, run, cases.__name__)


def compare_pack(tap, run, name):
    packed = getattr(run, 'packed', None)
    if packed is None:
        return
    tap.report(packed.status == 0 and packed.out == run.out,
               f'{name}: the same from the pack', packed.err)


def report(tap, run, found, name):
    tap.report(run.status == 0, f'{name}: the program ends well',
               f'exit {run.status}\n{run.err}')
    if run.status != 0:
        return
    results = run.results()
    for definition, title, wanted in found:
        tap.equal(title, results.get(definition), wanted, definition)
