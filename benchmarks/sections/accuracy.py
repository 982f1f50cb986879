"""placeholder"""
def run(bench): pass
